/** Concurrency stress of package-private parts of the reactor, under jcstress. */
package io.mayastor.engine.reactor;
