/**
 * Users' jobs in virtual machines of their own: whatever their code does, print, hang, fill its memory, end its process, it does to
 * that, and the node lives on and tells. Start at {@link io.flotilla.mapreduce.child.ChildTaskRunner}; then {@code JobChildren} (the
 * children of one job: started, used again, ended with it), {@code Child} (one of them, as the node sees it) and
 * {@link io.flotilla.mapreduce.child.ChildMain} (as it sees itself). {@code ChildMessage} is all that the two say to one another.
 *
 * <p>Laws: a child ends when its node does, for then its input ends. Standard output belongs to messages; what the job's code prints
 * goes to its log. Nothing of a job stays on a node when it has ended, but that log.
 */
package io.flotilla.mapreduce.child;
