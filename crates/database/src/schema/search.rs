//! Tables of searching: what people keep, and what must leave the index. The index itself is no table of both databases.

diesel::table! {
    /// What people keep of the lists of traces and of orders.
    kept_filters (project, kind, filter_id) {
        project -> BigInt,
        kind -> Text,
        filter_id -> Text,
        owner -> Text,
        owner_name -> Text,
        name -> Text,
        query -> Text,
        shared_at -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    /// Traces whose words must leave the search file.
    search_erased (seq) {
        seq -> BigInt,
        project -> BigInt,
        trace_id -> Text,
    }
}
