//! Tables of procedures and their versions. Both are projected from events; the texts stand in the events alone.

diesel::table! {
    /// Templates of work orders.
    procedures (project, procedure_id) {
        project -> BigInt,
        procedure_id -> Text,
        code -> Text,
        sequence -> BigInt,
        title -> Text,
        search -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
        retired_at -> Nullable<BigInt>,
        version -> BigInt,
    }
}

diesel::table! {
    /// Versions of procedures, as they stand.
    procedure_versions (project, procedure_id, number) {
        project -> BigInt,
        procedure_id -> Text,
        number -> BigInt,
        state -> Text,
        order_type -> Text,
        author -> Text,
        author_name -> Text,
        by_agent -> Bool,
        digest -> Binary,
        changed_at -> BigInt,
        effective_from -> Nullable<BigInt>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(procedures, procedure_versions);
