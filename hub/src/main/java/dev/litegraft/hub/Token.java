package dev.litegraft.hub;

/**
 * What says to the Hub who asks. It is shown nowhere.
 *
 * @param secret what is sent
 * @param origin where it is from: {@code HF_TOKEN}, or a file
 */
record Token(String secret, String origin) {
  /** Never the secret. */
  @Override
  public String toString() {
    return "the token of " + origin;
  }
}
