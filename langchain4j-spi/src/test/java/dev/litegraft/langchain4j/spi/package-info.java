/** Found by LangChain4j itself. */
@NullMarked
package dev.litegraft.langchain4j.spi;

import org.jspecify.annotations.NullMarked;
