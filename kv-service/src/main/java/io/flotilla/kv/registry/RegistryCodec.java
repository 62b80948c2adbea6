package io.flotilla.kv.registry;

import io.flotilla.kv.registry.RegistryReply.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Commands, replies and the registry itself as bytes: they stand in logs and snapshots, so each begins with a format version and a
 * tag, once given, keeps its meaning. Everything that can be read here was written here: anything else is an {@link IOException}.
 */
final class RegistryCodec {
  private static final int FORMAT = 1;

  private static final int FOUND = 1;
  private static final int REGISTER_NODE = 2;
  private static final int ADD_GROUP = 3;
  private static final int REMOVE_GROUP = 4;
  private static final int SET_MEMBERS = 5;
  private static final int MEMBERS_IN_FORCE = 6;
  private static final int REPLICA_REMOVED = 7;

  private static final int ACCEPTED = 1;
  private static final int REFUSED = 2;

  private RegistryCodec() {}

  static byte[] encode(RegistryCommand command) {
    return bytes(out -> {
      switch (command) {
        case RegistryCommand.Found found -> {
          out.writeByte(FOUND);
          writeSetMap(out, found.votersByGroup());
        }
        case RegistryCommand.RegisterNode register -> {
          out.writeByte(REGISTER_NODE);
          out.writeUTF(register.id());
          out.writeUTF(register.host());
          out.writeInt(register.port());
          out.writeUTF(register.http().orElse(""));
          out.writeUTF(register.folderId());
        }
        case RegistryCommand.AddGroup add -> {
          out.writeByte(ADD_GROUP);
          out.writeUTF(add.id());
          writeSet(out, add.voters());
          out.writeUTF(add.requestId());
        }
        case RegistryCommand.RemoveGroup remove -> {
          out.writeByte(REMOVE_GROUP);
          out.writeUTF(remove.id());
        }
        case RegistryCommand.SetMembers set -> {
          out.writeByte(SET_MEMBERS);
          out.writeUTF(set.id());
          writeMembers(out, set.members());
        }
        case RegistryCommand.MembersInForce report -> {
          out.writeByte(MEMBERS_IN_FORCE);
          out.writeUTF(report.id());
          out.writeLong(report.desiredNumber());
        }
        case RegistryCommand.ReplicaRemoved removed -> {
          out.writeByte(REPLICA_REMOVED);
          out.writeUTF(removed.id());
          out.writeUTF(removed.node());
        }
      }
    });
  }

  static RegistryCommand decodeCommand(byte[] bytes) throws IOException {
    DataInputStream in = opened(new ByteArrayInputStream(bytes));
    int tag = in.readByte();
    return switch (tag) {
      case FOUND -> new RegistryCommand.Found(readSetMap(in));
      case REGISTER_NODE -> new RegistryCommand.RegisterNode(in.readUTF(), in.readUTF(), in.readInt(), readOptional(in),
          in.readUTF());
      case ADD_GROUP -> new RegistryCommand.AddGroup(in.readUTF(), readSet(in), in.readUTF());
      case REMOVE_GROUP -> new RegistryCommand.RemoveGroup(in.readUTF());
      case SET_MEMBERS -> new RegistryCommand.SetMembers(in.readUTF(), readMembers(in));
      case MEMBERS_IN_FORCE -> new RegistryCommand.MembersInForce(in.readUTF(), in.readLong());
      case REPLICA_REMOVED -> new RegistryCommand.ReplicaRemoved(in.readUTF(), in.readUTF());
      default -> throw new IOException("no registry command has the tag " + tag);
    };
  }

  static byte[] encode(RegistryReply reply) {
    return bytes(out -> {
      switch (reply) {
        case RegistryReply.Accepted accepted -> {
          out.writeByte(ACCEPTED);
          out.writeLong(accepted.number());
        }
        case RegistryReply.Refused refused -> {
          out.writeByte(REFUSED);
          out.writeUTF(refused.reason().name());
          out.writeUTF(refused.detail());
        }
      }
    });
  }

  static RegistryReply decodeReply(byte[] bytes) throws IOException {
    DataInputStream in = opened(new ByteArrayInputStream(bytes));
    int tag = in.readByte();
    return switch (tag) {
      case ACCEPTED -> new RegistryReply.Accepted(in.readLong());
      case REFUSED -> new RegistryReply.Refused(Reason.valueOf(in.readUTF()), in.readUTF());
      default -> throw new IOException("no registry reply has the tag " + tag);
    };
  }

  static byte[] encode(Registry registry) {
    return bytes(out -> writeRegistry(out, registry));
  }

  static Registry decodeRegistry(InputStream bytes) throws IOException {
    return readRegistry(opened(bytes));
  }

  private static void writeRegistry(DataOutputStream out, Registry registry) throws IOException {
    out.writeLong(registry.number());
    out.writeInt(registry.nodes().size());
    for (NodeEntry node : registry.nodes().values()) {
      out.writeUTF(node.id());
      out.writeUTF(node.host());
      out.writeInt(node.port());
      out.writeUTF(node.http().orElse(""));
      out.writeUTF(node.folderId());
      out.writeLong(node.folderNumber());
    }
    out.writeInt(registry.groups().size());
    for (GroupEntry group : registry.groups().values()) {
      writeGroup(out, group);
    }
    writeSetMap(out, registry.removedGroups());
  }

  private static Registry readRegistry(DataInputStream in) throws IOException {
    long number = in.readLong();
    SortedMap<String, NodeEntry> nodes = new TreeMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      NodeEntry node = new NodeEntry(in.readUTF(), in.readUTF(), in.readInt(), readOptional(in), in.readUTF(), in.readLong());
      nodes.put(node.id(), node);
    }
    SortedMap<String, GroupEntry> groups = new TreeMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      GroupEntry group = readGroup(in);
      groups.put(group.id(), group);
    }
    return new Registry(number, nodes, groups, readSetMap(in));
  }

  private static void writeGroup(DataOutputStream out, GroupEntry group) throws IOException {
    out.writeUTF(group.id());
    out.writeLong(group.createdNumber());
    out.writeUTF(group.requestId());
    writeSet(out, group.foundingVoters());
    writeMembers(out, group.desired());
    out.writeLong(group.desiredNumber());
    writeMembers(out, group.inForce());
    out.writeBoolean(group.settled());
    writeSet(out, group.hosts());
    writeSet(out, group.departing());
  }

  private static GroupEntry readGroup(DataInputStream in) throws IOException {
    return new GroupEntry(in.readUTF(), in.readLong(), in.readUTF(), readSet(in), readMembers(in), in.readLong(),
        readMembers(in), in.readBoolean(), readSet(in), readSet(in));
  }

  private static void writeMembers(DataOutputStream out, Members members) throws IOException {
    writeSet(out, members.voters());
    writeSet(out, members.learners());
  }

  private static Members readMembers(DataInputStream in) throws IOException {
    return new Members(readSet(in), readSet(in));
  }

  private static void writeSetMap(DataOutputStream out, SortedMap<String, SortedSet<String>> map) throws IOException {
    out.writeInt(map.size());
    for (var entry : map.entrySet()) {
      out.writeUTF(entry.getKey());
      writeSet(out, entry.getValue());
    }
  }

  private static SortedMap<String, SortedSet<String>> readSetMap(DataInputStream in) throws IOException {
    SortedMap<String, SortedSet<String>> map = new TreeMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      map.put(in.readUTF(), readSet(in));
    }
    return map;
  }

  private static void writeSet(DataOutputStream out, SortedSet<String> set) throws IOException {
    out.writeInt(set.size());
    for (String element : set) {
      out.writeUTF(element);
    }
  }

  private static SortedSet<String> readSet(DataInputStream in) throws IOException {
    SortedSet<String> set = new TreeSet<>();
    for (int left = in.readInt(); left > 0; left--) {
      set.add(in.readUTF());
    }
    return set;
  }

  private static Optional<String> readOptional(DataInputStream in) throws IOException {
    return Optional.of(in.readUTF()).filter(text -> !text.isEmpty());
  }

  private static DataInputStream opened(InputStream bytes) throws IOException {
    DataInputStream in = new DataInputStream(bytes);
    int format = in.readByte();
    if (format != FORMAT) {
      throw new IOException("registry format %d; this version reads %d".formatted(format, FORMAT));
    }
    return in;
  }

  private interface Content {
    void writeTo(DataOutputStream out) throws IOException;
  }

  private static byte[] bytes(Content content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT);
      content.writeTo(out);
    } catch (IOException impossible) {
      throw new UncheckedIOException("an array takes all bytes", impossible);
    }
    return bytes.toByteArray();
  }
}
