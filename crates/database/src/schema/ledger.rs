//! Tables of the ledger. `events`, `leaves`, `tree_nodes` and `checkpoints` are insert-only by trigger.

diesel::table! {
    /// What happened: one row per event, never changed.
    events (seq) {
        seq -> BigInt,
        id -> Text,
        project -> BigInt,
        stream_kind -> Text,
        stream_id -> Text,
        version -> BigInt,
        kind -> Text,
        at -> BigInt,
        actor -> Text,
        actor_kind -> Text,
        leaf -> Binary,
        leaf_hash -> Binary,
    }
}

diesel::table! {
    /// The erasable part of an event: names, values and the salt of the commitment.
    event_bodies (event_id) {
        event_id -> Text,
        salt -> Nullable<Binary>,
        body -> Nullable<Binary>,
        erased_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// Committed events that have no leaf index yet.
    unsequenced (event_seq) {
        event_seq -> BigInt,
    }
}

diesel::table! {
    /// Which event stands at which place of the tree.
    leaves (leaf_index) {
        leaf_index -> BigInt,
        event_seq -> BigInt,
        leaf_hash -> Binary,
    }
}

diesel::table! {
    /// Hashes of complete subtrees: level 0 are leaf hashes.
    tree_nodes (level, node_index) {
        level -> SmallInt,
        node_index -> BigInt,
        hash -> Binary,
    }
}

diesel::table! {
    /// Signed tree heads, stored before they are published.
    checkpoints (tree_size) {
        tree_size -> BigInt,
        root -> Binary,
        note -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    /// Who may do a thing that only one process may do at a time; the epoch fences off the last holder.
    leases (name) {
        name -> Text,
        holder -> Text,
        epoch -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    /// Facts of this installation: log origin, sealed keys.
    installation (key) {
        key -> Text,
        value -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(events, event_bodies, unsequenced, leaves);
