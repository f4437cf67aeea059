//! Tables of knowledge: atoms, where they come from, and how they stood. All projected from events.

diesel::table! {
    /// Statements worth keeping, as they stand now.
    atoms (project, atom_id) {
        project -> BigInt,
        atom_id -> Text,
        statement -> Text,
        search -> Text,
        kind -> Text,
        language -> Text,
        status -> Text,
        needs_context -> Bool,
        spans -> Text,
        created_at -> BigInt,
        event_id -> Text,
    }
}

diesel::table! {
    /// Which verdict an atom was taken from, and on which claim.
    atom_sources (project, atom_id, verdict_id) {
        project -> BigInt,
        atom_id -> Text,
        verdict_id -> Text,
        claim_id -> Text,
        order_id -> Text,
    }
}

diesel::table! {
    /// Every status an atom had, and the event that gave it.
    atom_status (project, atom_id, event_id, status) {
        project -> BigInt,
        atom_id -> Text,
        event_id -> Text,
        status -> Text,
        why -> Text,
        at -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(atoms, atom_sources, atom_status);
