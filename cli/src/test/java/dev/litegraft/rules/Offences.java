package dev.litegraft.rules;

import java.io.File;
import java.io.FileReader;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.Random;
import java.util.logging.Logger;
import picocli.CommandLine;

/** Breaks every rule of {@link ForbiddenCalls} once; nothing calls it. */
@SuppressWarnings({"DefaultCharset", "StringCaseLocaleUsage", "unused"})
final class Offences {
  private Offences() {}

  static void speaks() {
    System.out.println();
  }

  static void ends() {
    System.exit(0);
  }

  static void printsTrace(Throwable failure) {
    failure.printStackTrace();
  }

  static CommandLine parses() {
    return new CommandLine(new Object());
  }

  static byte[] encodes(String text) throws IOException {
    new FileReader("").close();
    return text.getBytes();
  }

  static Charset asksForCharset() {
    return Charset.defaultCharset();
  }

  static String lowers(String text) {
    return String.format("%d", 1) + text.toLowerCase();
  }

  static RuntimeException wraps(IOException failure) {
    return new RuntimeException(failure);
  }

  static void sleeps() throws InterruptedException {
    Thread.sleep(1);
  }

  static File names() {
    return new File("");
  }

  static Random guesses() {
    return new Random();
  }

  static Logger logs() {
    return Logger.getLogger("");
  }
}
