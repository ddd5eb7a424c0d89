package dev.litegraft.operator;

import dev.litegraft.tensor.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one operator may be.
 *
 * @param name in TFLite
 * @param slots its inputs in order
 * @param many whether the last slot may be filled any number of times, once at least
 * @param outputs how many; {@link #ANY} where the rule says it
 * @param options the table of its options; absent where it has none
 * @param rule what it makes of what it reads
 */
public record OperatorSpec(
    String name,
    List<Slot> slots,
    boolean many,
    int outputs,
    Optional<OptionTable> options,
    Rule rule) {
  /** As many outputs as the rule makes. */
  static final int ANY = -1;

  public OperatorSpec {
    slots = List.copyOf(slots);
  }

  /**
   * An input.
   *
   * @param types that its numbers may have
   * @param leastRank the fewest dimensions
   * @param mostRank the most dimensions
   * @param presence whether it must be there
   */
  public record Slot(Set<DType> types, int leastRank, int mostRank, Presence presence) {
    public Slot {
      types = Set.copyOf(types);
    }

    void check(int i, Operand operand) {
      OperatorUse.require(
          types.contains(operand.type()),
          () -> "takes " + EnumSet.copyOf(types) + " as input " + i + ", not " + operand);
      OperatorUse.require(
          operand.rank() >= leastRank && operand.rank() <= mostRank,
          () ->
              "takes "
                  + leastRank
                  + " to "
                  + mostRank
                  + " dimensions as input "
                  + i
                  + ": "
                  + operand);
    }
  }

  /** Whether an input must be there. */
  public enum Presence {
    /** Always. */
    NEEDED,
    /** There may be fewer inputs, but none of index −1: the kernel looks at their number. */
    LEFT_OUT,
    /** There may be fewer inputs, or one of index −1. */
    ABSENT
  }

  /** What an operator makes of what it reads. */
  @FunctionalInterface
  public interface Rule {
    /**
     * The outputs: types and dimensions, and numbers where they are known.
     *
     * @throws OperatorException if a kernel cannot be trusted with this
     */
    Operand[] of(OperatorUse use);
  }

  /**
   * The outputs of a use.
   *
   * @throws OperatorException if the table does not vouch for it
   */
  public Operand[] infer(OperatorUse use) {
    int given = use.inputs().size();
    require(
        given >= least() && (many || given <= slots.size()),
        () -> "has " + given + " inputs, " + least() + (many ? " or more" : " to " + slots.size()));
    for (int i = 0; i < given; i++) {
      Slot slot = slot(i);
      Operand operand = use.inputs().get(i);
      if (operand == null) {
        if (slot.presence() != Presence.ABSENT) {
          throw new OperatorException("has no input " + i);
        }
      } else {
        slot.check(i, operand);
      }
    }
    require(
        outputs == ANY || use.outputs().size() == outputs,
        () -> "has " + use.outputs().size() + " outputs, not " + outputs);
    Operand[] made = rule.of(use);
    require(
        made.length == use.outputs().size(),
        () -> "makes " + made.length + " outputs, not " + use.outputs().size());
    for (int i = 0; i < made.length; i++) {
      Operand one = made[i];
      Operand declared = use.out(i);
      require(one.type() == declared.type(), () -> "makes " + one + ", declared as " + declared);
      require(
          one.rank() <= OperatorUse.MOST_DIMENSIONS,
          () -> "makes " + one.rank() + " dimensions, at most " + OperatorUse.MOST_DIMENSIONS);
    }
    return made;
  }

  /** The slot of input {@code i}; the last one, where it may be filled many times. */
  public Slot slot(int i) {
    return slots.get(Math.min(i, slots.size() - 1));
  }

  private int least() {
    int least = slots.size();
    while (least > 0 && slots.get(least - 1).presence() != Presence.NEEDED) {
      least--;
    }
    return least;
  }

  /** About how many steps the kernel takes: numbers that are read, made, or multiplied. */
  public long steps(OperatorUse use, Operand[] made) {
    long steps = 0;
    for (Operand one : made) {
      steps += one.elements();
    }
    switch (name) {
      case "FULLY_CONNECTED" -> steps *= use.in(1).dim(-1);
      case "BATCH_MATMUL" -> steps *= use.in(0).dim(use.flag("adj_x") ? -2 : -1);
      case "GATHER", "GATHER_ND", "EMBEDDING_LOOKUP" -> {
        // A table is read where it is asked, not as a whole.
      }
      default -> {
        for (Operand one : use.inputs()) {
          steps += one == null ? 0 : one.elements();
        }
      }
    }
    return steps;
  }

  /**
   * Multiplications of matrices, each with its sum; 0 for an operator that makes no product of
   * matrices.
   */
  public long multiplications(OperatorUse use, Operand[] made) {
    boolean multiplies = name.equals("FULLY_CONNECTED") || name.equals("BATCH_MATMUL");
    return multiplies ? steps(use, made) : 0;
  }

  private static void require(boolean holds, Supplier<String> what) {
    OperatorUse.require(holds, what);
  }

  /** Puts a spec together, in the order in which it reads. */
  static final class Builder {
    private final String name;
    private final List<Slot> slots = new ArrayList<>();
    private boolean many;
    private int outputs = 1;
    private @Nullable OptionTable options;

    Builder(String name) {
      this.name = name;
    }

    Builder in(Set<DType> types) {
      return in(types, 0, OperatorUse.MOST_DIMENSIONS);
    }

    Builder in(Set<DType> types, int leastRank, int mostRank) {
      slots.add(new Slot(types, leastRank, mostRank, Presence.NEEDED));
      return this;
    }

    Builder in(Set<DType> types, int leastRank, int mostRank, Presence presence) {
      slots.add(new Slot(types, leastRank, mostRank, presence));
      return this;
    }

    Builder many(Set<DType> types) {
      many = true;
      return in(types);
    }

    Builder outputs(int count) {
      outputs = count;
      return this;
    }

    Builder options(OptionTable table) {
      options = table;
      return this;
    }

    OperatorSpec rule(Rule rule) {
      return new OperatorSpec(name, slots, many, outputs, Optional.ofNullable(options), rule);
    }
  }

  /** {@code ADD (F32 | I32, F32 | I32)}, for the documentation. */
  @Override
  public String toString() {
    String inputs =
        String.join(
            ", ",
            slots.stream()
                .map(
                    s ->
                        String.join("|", Arrays.stream(sorted(s)).map(DType::name).toList())
                            + (s.presence() == Presence.NEEDED ? "" : "?"))
                .toList());
    return name + "(" + inputs + (many ? ", …)" : ")");
  }

  private static DType[] sorted(Slot slot) {
    return EnumSet.copyOf(slot.types()).toArray(DType[]::new);
  }
}
