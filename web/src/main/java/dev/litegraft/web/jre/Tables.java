package dev.litegraft.web.jre;

import java.util.Collection;
import org.teavm.extension.spi.resources.DefaultResourcesPolicy;

/** Tells the compiler to JavaScript which files the compiled classes read. */
public final class Tables extends DefaultResourcesPolicy {
  @Override
  public String[] supplyResources(Collection<? extends String> found) {
    return new String[] {"dev/litegraft/tokenizer/unicode/tables.bin"};
  }
}
