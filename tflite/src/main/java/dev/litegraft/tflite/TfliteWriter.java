package dev.litegraft.tflite;

import dev.litegraft.graph.Graph;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes graphs to a {@code .tflite}; see {@link TfliteFormat} for the bytes. */
public final class TfliteWriter {
  /** More threads than this only wait for the disk. */
  private static final int MOST_THREADS = 8;

  /**
   * How files are written.
   *
   * @param description {@code Model.description}
   * @param asymmetricInputs whether TFLite's built-in int8 kernels give quantized inputs a zero
   *     point; the fast kernels always do, so that without it the same file answers otherwise where
   *     they are absent
   * @param threads how many stream weights
   * @param limit the size from which weights stand outside of the FlatBuffer
   * @param progress is told how far the weights are
   */
  public record Options(
      String description, boolean asymmetricInputs, int threads, long limit, Progress progress) {
    public Options {
      if (threads < 1) {
        throw new IllegalArgumentException(threads + " threads");
      }
    }

    /**
     * Built-in kernels that round as the fast ones do; as many threads as processors, at most 8.
     */
    public static Options of(String description) {
      int processors = Runtime.getRuntime().availableProcessors();
      return new Options(
          description,
          true,
          Math.min(processors, MOST_THREADS),
          TfliteFormat.FLATBUFFER_LIMIT,
          Progress.NONE);
    }

    /** The same, telling {@code listener}. */
    public Options withProgress(Progress listener) {
      return new Options(description, asymmetricInputs, threads, limit, listener);
    }

    /** The same with this many threads. */
    public Options withThreads(int count) {
      return new Options(description, asymmetricInputs, count, limit, progress);
    }

    /** The same with another limit of the FlatBuffer's size. */
    public Options withLimit(long bytes) {
      return new Options(description, asymmetricInputs, threads, bytes, progress);
    }
  }

  private final Options options;

  private TfliteWriter(Options options) {
    this.options = options;
  }

  /** A writer; it can write any number of files. */
  public static TfliteWriter of(Options options) {
    return new TfliteWriter(options);
  }

  /**
   * How many bytes a file of these graphs has, but for its metadata and the files inside of it. No
   * weight is read.
   *
   * @throws IOException if a small constant cannot be read
   */
  public static long bytes(List<Graph> graphs) throws IOException {
    return SmallPart.build(FilePlan.of(graphs, Map.of(), false), "", false).end();
  }

  /**
   * Writes graphs, one signature each, to one file. Graphs that read the same constant share its
   * bytes. The same graphs give the same bytes.
   *
   * @param target appears when it is complete, replacing what was there
   * @param graphs the first one is the file's main subgraph
   * @param metadata what the file says of itself
   * @throws dev.litegraft.error.InvalidInputException if the target cannot be written, the disk is
   *     full, or a weight is NaN or infinite
   * @throws IOException if a weight or an associated file cannot be read; {@link
   *     java.io.InterruptedIOException} if the thread is interrupted. The target is as it was
   */
  public void write(Path target, List<Graph> graphs, Metadata metadata) throws IOException {
    write(target, graphs, metadata, FileCheck.NONE);
  }

  /**
   * As {@link #write(Path, List, Metadata)}.
   *
   * @param check sees the complete file before it takes its place
   */
  public void write(Path target, List<Graph> graphs, Metadata metadata, FileCheck check)
      throws IOException {
    FilePlan plan =
        FilePlan.of(
            graphs,
            Map.of(TfliteFormat.METADATA_NAME, metadata.encode(graphs)),
            options.asymmetricInputs());
    write(target, plan, metadata.files(), check);
  }

  /** The same without metadata. */
  public void write(Path target, List<Graph> graphs) throws IOException {
    write(
        target,
        FilePlan.of(graphs, Map.of(), options.asymmetricInputs()),
        List.of(),
        FileCheck.NONE);
  }

  private void write(Path target, FilePlan plan, List<AssociatedFile> files, FileCheck check)
      throws IOException {
    SmallPart.Built inside = SmallPart.build(plan, options.description(), false);
    SmallPart.Built built =
        inside.end() <= options.limit()
            ? inside
            : SmallPart.build(plan, options.description(), true);
    FileCheck runnable =
        complete -> {
          requireRunnable(complete, target);
          check.check(complete);
        };
    AtomicFile.writeChecked(target, channel -> write(channel, built, files), runnable);
  }

  /** What is written must come through the door that everybody's files come through. */
  private static void requireRunnable(Path complete, Path target) throws IOException {
    try (TfliteReader reader = TfliteReader.open(complete)) {
      FileVerifier.verify(reader, target.toString(), FileVerifier.Budget.USUAL);
    }
  }

  private void write(FileChannel channel, SmallPart.Built built, List<AssociatedFile> files)
      throws IOException {
    new WeightStream(channel, built.bytes(), built.weights())
        .run(options.threads(), options.progress());
    ByteBuffer small = built.bytes().duplicate().rewind();
    long position = 0;
    while (small.hasRemaining()) {
      position += channel.write(small, position);
    }
    StoredZip.append(channel, built.end(), files);
  }
}
