/** Asked through LangChain4j's own classes. */
@NullMarked
package dev.litegraft.langchain4j;

import org.jspecify.annotations.NullMarked;
