package dev.litegraft.tflite;

/** For tests: how files call operators. */
public final class BuiltinCodes {
  private BuiltinCodes() {}

  /** The code of an operator. */
  public static int of(String mnemonic) {
    return OperatorCodes.code(mnemonic);
  }
}
