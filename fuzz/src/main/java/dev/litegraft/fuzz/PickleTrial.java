package dev.litegraft.fuzz;

import dev.litegraft.checkpoint.pickle.LogisticHead;
import dev.litegraft.checkpoint.pickle.TorchFile;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.tensor.RawTensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Random;

/** A damaged file of torch's or a SetFit head, opened and read to its last number. */
final class PickleTrial implements Trial {
  private final Path file;

  PickleTrial(Path folder) {
    file = folder.resolve("pickle-" + ProcessHandle.current().pid() + ".bin");
  }

  @Override
  public String verdict(Path base, long seed) throws IOException {
    Files.write(file, PickleDamage.damaged(base, new Random(seed)));
    try {
      return base.toString().endsWith(".pkl")
          ? ANSWERED + " " + LogisticHead.read(file).labels()
          : ANSWERED + " " + numbers();
    } catch (InvalidInputException e) {
      return REFUSED + " " + e.what().lines().findFirst().orElse("");
    } catch (IOException e) {
      return "fault IOException " + e;
    } catch (RuntimeException | Error e) {
      StackTraceElement[] trace = e.getStackTrace();
      return "fault "
          + String.valueOf(e).lines().findFirst().orElse("")
          + (trace.length > 0 ? " " + trace[0] : "");
    }
  }

  private long numbers() throws IOException {
    ByteBuffer block = ByteBuffer.allocate(1 << 16);
    long read = 0;
    try (TorchFile torchs = TorchFile.open(file)) {
      for (RawTensorData tensor : torchs.tensors().values()) {
        for (long at = 0; at < tensor.byteCount(); at += block.capacity()) {
          block.clear().limit((int) Math.min(block.capacity(), tensor.byteCount() - at));
          tensor.readBytes(at, block);
        }
        read += tensor.byteCount();
      }
    }
    return read;
  }

  @Override
  public void keep(Path folder) throws IOException {
    Files.copy(file, folder.resolve("damaged.bin"), StandardCopyOption.REPLACE_EXISTING);
  }
}
