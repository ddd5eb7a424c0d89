package dev.litegraft.architecture;

/** What a class of a family was checked against. */
public enum Evidence {
  /** Outputs of the original Hugging Face class, recorded for many inputs. */
  RECORDED("recorded outputs of the Hugging Face class"),
  /** Nothing recorded: settings under which it must equal a class with recorded outputs. */
  EQUIVALENCE("equivalence with another family's recorded outputs; none of its own"),
  /** Nothing recorded: an implementation of its own in the tests, in f64. */
  TEXTBOOK("an independent textbook implementation; no recorded outputs"),
  /** Nothing of this class alone: it has the layers of the family's sequence classifier. */
  SHARED_LAYERS("the layers of the family's sequence classifier; no recorded outputs of its own");

  private final String sentence;

  Evidence(String sentence) {
    this.sentence = sentence;
  }

  /** For people. */
  public String sentence() {
    return sentence;
  }
}
