/** Makes the pages of the documentation, and checks that their links lead somewhere. */
@NullMarked
package dev.litegraft.site;

import org.jspecify.annotations.NullMarked;
