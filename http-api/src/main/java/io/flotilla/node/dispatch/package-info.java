/**
 * The threads that a node's actors and streams share. Start at {@code RunNextExecutor}, which could run anything;
 * {@link io.flotilla.node.dispatch.RunNextExecutorConfigurator} is how a Pekko dispatcher gets one.
 *
 * <p>Laws: each task is run once, whatever becomes of others; none waits for ever while threads come back for more; a thread is woken only
 * for a task that no running thread will take next.
 */
package io.flotilla.node.dispatch;
