package dev.litegraft.tokenizer.oracle;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIf;

/** A test that asks the native library, and is skipped where there is none for the machine. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@EnabledIf(
    value = "dev.litegraft.tokenizer.oracle.NativeTokenizer#isThere",
    disabledReason = "the native tokenizers library is not made for this machine")
public @interface NeedsOracle {}
