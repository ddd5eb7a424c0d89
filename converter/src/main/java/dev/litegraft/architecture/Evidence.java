package dev.litegraft.architecture;

/** What a family's forward pass was checked against. */
public enum Evidence {
  /** Outputs of the original Hugging Face class, recorded for many inputs. */
  RECORDED("recorded outputs of the Hugging Face class"),
  /** Nothing recorded: settings under which it must equal a family with recorded outputs. */
  EQUIVALENCE("equivalence with Llama's recorded outputs; none of its own"),
  /** Nothing recorded: an implementation of its own in the tests, in f64. */
  TEXTBOOK("an independent textbook implementation; no recorded outputs");

  private final String sentence;

  Evidence(String sentence) {
    this.sentence = sentence;
  }

  /** For people. */
  public String sentence() {
    return sentence;
  }
}
