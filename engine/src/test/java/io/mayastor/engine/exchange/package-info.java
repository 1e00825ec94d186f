/**
 * Target and initiator against each other in simulation, with a model of every block's contents.
 */
package io.mayastor.engine.exchange;
