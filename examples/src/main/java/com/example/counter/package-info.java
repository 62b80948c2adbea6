/** The key-value store from a JVM of one's own: {@link com.example.counter.Counter} counts right, whatever fails meanwhile. */
package com.example.counter;
