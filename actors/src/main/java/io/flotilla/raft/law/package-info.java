/** The laws of Raft (Figure 3 of the paper, and what clients rely on), each a class that watches a whole cluster step by step. */
package io.flotilla.raft.law;
