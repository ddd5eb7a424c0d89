package dev.litegraft.checkpoint.pickle;

import java.util.Map;

/**
 * The name of a class or function of Python's; nothing is looked up by it.
 *
 * @param module {@code torch._utils}
 * @param name {@code _rebuild_tensor_v2}
 */
record PickleName(String module, String name) {
  /** What Python 3 calls modules of Python 2; the pickle module's own table has more. */
  private static final Map<String, String> RENAMED =
      Map.of("__builtin__", "builtins", "copy_reg", "copyreg");

  static PickleName of(String module, String name) {
    return new PickleName(RENAMED.getOrDefault(module, module), name);
  }

  /** The dotted name. */
  String full() {
    return module + "." + name;
  }
}
