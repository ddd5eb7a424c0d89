/** How the variant that answers as the file does is found among them. */
@NullMarked
package dev.litegraft.lab.diagnosis.search;

import org.jspecify.annotations.NullMarked;
