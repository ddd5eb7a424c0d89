/** LangChain4j's interfaces, answered by {@code .tflite} files: {@code docs/java-frameworks.md}. */
@NullMarked
package dev.litegraft.langchain4j;

import org.jspecify.annotations.NullMarked;
