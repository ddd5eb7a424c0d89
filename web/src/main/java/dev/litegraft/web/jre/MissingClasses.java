package dev.litegraft.web.jre;

import java.util.Set;
import org.teavm.extension.spi.substitution.SubstitutionPolicy;
import org.teavm.extension.spi.substitution.SubstitutionSink;

/** Tells the compiler to JavaScript where the classes are that its own library has not. */
public final class MissingClasses implements SubstitutionPolicy {
  private static final Set<String> NAMES =
      Set.of(
          "java.io.CharConversionException",
          "java.util.concurrent.atomic.AtomicReferenceArray",
          "java.util.concurrent.locks.ReentrantLock");

  @Override
  public void contribute(SubstitutionSink sink) {
    sink.selectClasses(NAMES::contains).packagePrefix("dev.litegraft.web.jre.");
  }
}
