package dev.litegraft.web.jre.java.util.concurrent.atomic;

import org.jspecify.annotations.Nullable;

/** The JDK's class of this name, for the one thread that a page's script has. */
public class AtomicReferenceArray<E> {
  private final @Nullable Object[] values;

  public AtomicReferenceArray(int length) {
    this.values = new Object[length];
  }

  @SuppressWarnings("unchecked") // only set and getAndSet put values in
  public @Nullable E get(int index) {
    return (@Nullable E) values[index];
  }

  public void set(int index, @Nullable E value) {
    values[index] = value;
  }

  public @Nullable E getAndSet(int index, @Nullable E value) {
    E before = get(index);
    values[index] = value;
    return before;
  }
}
