package dev.litegraft.checkpoint.pickle;

import java.util.List;

/** A tuple; its items are not looked into, which a hostile one could nest without end. */
record PickleTuple(List<Object> items) {
  static final PickleTuple EMPTY = new PickleTuple(List.of());

  PickleTuple {
    items = List.copyOf(items);
  }

  int size() {
    return items.size();
  }

  Object at(int index) {
    return items.get(index);
  }
}
