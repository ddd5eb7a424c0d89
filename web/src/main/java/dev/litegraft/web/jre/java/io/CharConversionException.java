package dev.litegraft.web.jre.java.io;

import java.io.IOException;

/** The JDK's class of this name. */
public class CharConversionException extends IOException {
  private static final long serialVersionUID = 1L;

  public CharConversionException(String message) {
    super(message);
  }
}
