/**
 * What a page does with texts. It is compiled twice: by the JDK, to make what a page is checked
 * against, and to JavaScript, with all of {@code dev.litegraft.runtime} that it calls.
 */
@NullMarked
package dev.litegraft.web.page;

import org.jspecify.annotations.NullMarked;
