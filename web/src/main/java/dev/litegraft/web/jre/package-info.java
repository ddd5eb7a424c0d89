/** Classes of the JDK that the compiler to JavaScript has not. */
@NullMarked
package dev.litegraft.web.jre;

import org.jspecify.annotations.NullMarked;
