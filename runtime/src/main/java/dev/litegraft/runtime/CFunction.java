package dev.litegraft.runtime;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * C functions that native libraries export, for the binding's types for functions of the same form:
 * arguments that a C function does not take are left in registers that it does not read.
 */
final class CFunction {
  /** Their memory is freed with these objects. */
  private static final List<Pointer> slots = new ArrayList<>();

  private CFunction() {}

  /** What the binding's types for functions point to. */
  static synchronized Pointer slot(Pointer function) {
    PointerPointer<Pointer> slot = new PointerPointer<>(2);
    slot.put(0, function).put(1, (Pointer) null);
    slots.add(slot);
    return slot;
  }
}
