/** Classes of the JDK that the compiler to JavaScript has not. */
@NullMarked
package dev.litegraft.web.jre.java.util.concurrent.atomic;

import org.jspecify.annotations.NullMarked;
