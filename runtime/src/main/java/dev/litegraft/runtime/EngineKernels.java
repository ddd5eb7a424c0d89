package dev.litegraft.runtime;

import dev.litegraft.error.InvalidFileException;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.tensor.DType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The kernels of an {@link Engine}, which is called by one thread at a time. */
final class EngineKernels implements Kernels {
  private final Engine engine;
  private final String where;
  private final List<TextSignature> signatures;
  private final TogetherChoice together = new TogetherChoice();
  private boolean closed;

  /**
   * @throws InvalidFileException if none of its signatures takes a text
   */
  EngineKernels(Engine engine, String where) {
    this.engine = engine;
    this.where = where;
    this.signatures = described();
  }

  private List<TextSignature> described() {
    List<TextSignature> all = new ArrayList<>();
    InvalidFileException first = null;
    for (Engine.Signature one : engine.signatures()) {
      try {
        all.add(
            TextSignature.of(
                one.key(), specs(one.inputs(), DType.I32), specs(one.outputs(), DType.F32), where));
      } catch (InvalidFileException e) {
        first = first == null ? e : first;
      }
    }
    if (all.isEmpty() && first != null) {
      throw first;
    }
    return List.copyOf(all);
  }

  private static List<TensorSpec> specs(List<Engine.Tensor> tensors, DType type) {
    List<TensorSpec> specs = new ArrayList<>();
    for (Engine.Tensor tensor : tensors) {
      specs.add(new TensorSpec(tensor.name(), Optional.of(type), tensor.shape()));
    }
    return specs;
  }

  @Override
  public List<TextSignature> signatures() {
    return signatures;
  }

  /** Nobody tells. */
  @Override
  public List<String> outside() {
    return List.of();
  }

  @Override
  public List<String> notes() {
    return List.of();
  }

  @Override
  public synchronized RawModel.Timed<List<RawOutput>> run(TextSignature signature, FilledRow row) {
    if (closed) {
      throw new IllegalStateException("this model is closed: " + where);
    }
    Map<String, int[]> inputs = new LinkedHashMap<>();
    signature.inputs().forEach((role, input) -> inputs.put(input.name(), row.of(role).clone()));
    long begin = System.nanoTime();
    List<RawOutput> outputs = engine.run(signature.key(), inputs);
    long nanoseconds = System.nanoTime() - begin;
    List<RawOutput> own = new ArrayList<>(outputs.size());
    for (RawOutput output : outputs) {
      own.add(row.own(output));
    }
    return new RawModel.Timed<>(own, nanoseconds);
  }

  @Override
  public List<RawOutput> values(TextSignature signature, FilledRow row, Set<String> names) {
    throw unknown();
  }

  @Override
  public List<RawOutput> runOfBuiltIn(TextSignature signature, FilledRow row) {
    throw unknown();
  }

  /** One, and nothing to choose. */
  @Override
  public Lanes lanes() {
    Lane one =
        new Lane() {
          @Override
          public int size() {
            return 1;
          }

          @Override
          public TogetherChoice together() {
            return together;
          }

          @Override
          public void borrow(Consumer<Runner> work) {
            work.accept(EngineKernels.this::run);
          }
        };
    return new Lanes(
        one,
        1,
        () -> {
          throw unknown();
        });
  }

  private InvalidRequestException unknown() {
    return new InvalidRequestException(
        "the values inside of a graph are asked for, and this engine tells its outputs only",
        where,
        "open the file with RawModel.open");
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      engine.close();
    }
  }
}
