//! Tables of searching: what people keep, and what must leave the index. The index itself is no table of both databases.

diesel::table! {
    /// Kept filters of the list of traces.
    saved_filters (project, filter_id) {
        project -> BigInt,
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
