package dev.litegraft.tflite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.graph.Graph;
import dev.litegraft.graph.GraphBuilder;
import dev.litegraft.graph.PlainStorage;
import dev.litegraft.graph.Value;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path folder;

  private static final ByteBuffer BYTES = ByteBuffer.wrap(new byte[] {1, 2, 3});

  @Test
  void theOldFileStaysUntilTheNewOneIsComplete() throws IOException {
    Path target = Files.writeString(folder.resolve("model.tflite"), "old");
    AtomicFile.write(
        target,
        channel -> {
          channel.write(BYTES.duplicate());
          assertThat(target).hasContent("old");
        });
    assertThat(target).hasBinaryContent(new byte[] {1, 2, 3});
    assertThat(folder).isDirectoryContaining("glob:**/model.tflite");
    assertThat(folder.toFile().list()).hasSize(1);
  }

  @Test
  void aFileThatFailsItsCheckDoesNotTakeItsPlace() throws IOException {
    Path target = Files.writeString(folder.resolve("model.tflite"), "old");
    assertThatThrownBy(
            () ->
                AtomicFile.writeChecked(
                    target,
                    channel -> channel.write(BYTES.duplicate()),
                    complete -> {
                      assertThat(complete).hasBinaryContent(new byte[] {1, 2, 3});
                      assertThat(target).hasContent("old");
                      throw new IllegalStateException("it answers otherwise");
                    }))
        .hasMessage("it answers otherwise");
    assertThat(target).hasContent("old");
    assertThat(folder.toFile().list()).hasSize(1);
  }

  @Test
  void aFailureLeavesTheOldFileAndNothingElse() throws IOException {
    Path target = Files.writeString(folder.resolve("model.tflite"), "old");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    target,
                    channel -> {
                      channel.write(BYTES.duplicate());
                      throw new IOException("the source is gone");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("the source is gone");
    assertThat(target).hasContent("old");
    assertThat(folder.toFile().list()).hasSize(1);
  }

  @Test
  void aFullDiskIsExplained() throws IOException {
    Path target = Files.writeString(folder.resolve("model.tflite"), "old");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    target,
                    channel -> {
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("the disk is full")
        .hasMessageContaining(target.toString());
    assertThat(target).hasContent("old");
  }

  @Test
  void aFolderIsNoTarget() {
    assertThatThrownBy(() -> AtomicFile.write(folder, channel -> {}))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("the output is a folder");
  }

  @Test
  void aMissingFolderIsNamed() {
    assertThatThrownBy(() -> AtomicFile.write(folder.resolve("no/model.tflite"), channel -> {}))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("does not exist")
        .hasMessageContaining(folder.resolve("no").toString());
  }

  @Test
  void aFileInPlaceOfTheFolderIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> AtomicFile.write(file.resolve("model.tflite"), channel -> {}))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("is a file");
  }

  @Test
  void anUnwritableFolderIsNamed() {
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    folder.resolve("model.tflite"),
                    path -> {
                      throw new java.nio.file.AccessDeniedException(path.toString());
                    },
                    channel -> {},
                    FileCheck.NONE))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("the output cannot be written")
        .hasMessageContaining("choose a folder that you may write to");
  }

  @Test
  void aLinkStaysALink() throws IOException {
    Path real = Files.writeString(folder.resolve("real.tflite"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link.tflite"), real);
    AtomicFile.write(link, channel -> channel.write(BYTES.duplicate()));
    assertThat(link).isSymbolicLink();
    assertThat(real).hasBinaryContent(new byte[] {1, 2, 3});
  }

  @Test
  void anInterruptedWriterLeavesNothing() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    TensorData slow = new Slow(reading, never);
    GraphBuilder b = new GraphBuilder();
    Value x = b.input("x", DType.F32, Shape.of(1, Shape.TOKENS, 1000));
    Value w = b.constant("w", slow, PlainStorage.F32);
    Graph graph =
        b.build("serving_default", Map.of("y", b.fullyConnected("y", x, w, Optional.empty())));
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Path target = folder.resolve("model.tflite");
    Thread writer =
        new Thread(
            () -> {
              try {
                TfliteWriter.of(TfliteWriter.Options.of("").withThreads(1))
                    .write(target, List.of(graph));
              } catch (Throwable e) {
                thrown.set(e);
              }
            });
    writer.start();
    reading.await();
    writer.interrupt();
    never.countDown();
    writer.join();
    assertThat(thrown.get()).isInstanceOf(InterruptedIOException.class);
    assertThat(folder).isEmptyDirectory();
  }

  private record Slow(CountDownLatch reading, CountDownLatch until) implements TensorData {
    @Override
    public String name() {
      return "slow";
    }

    @Override
    public Shape shape() {
      return Shape.of(5000, 1000);
    }

    @Override
    public DType dtype() {
      return DType.F32;
    }

    @Override
    public void read(long from, float[] out, int at, int count) throws IOException {
      reading.countDown();
      try {
        until.await();
        // Long enough for the writer to notice, however busy the machine is.
        Thread.sleep(20);
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
  }
}
