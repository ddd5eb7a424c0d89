/** LangChain4j's embedding model where nobody builds one: {@code docs/java-frameworks.md}. */
@NullMarked
package dev.litegraft.langchain4j.spi;

import org.jspecify.annotations.NullMarked;
