/** Chat templates: the part of Jinja that those of rerankers are written in. */
@NullMarked
package dev.litegraft.checkpoint.template;

import org.jspecify.annotations.NullMarked;
