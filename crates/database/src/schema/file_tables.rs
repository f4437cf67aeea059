//! Tables of files on their way to be orders.

diesel::table! {
    /// Files that somebody brought and has not yet made orders of. Primary.
    brought_files (project, account_id, file_id) {
        project -> BigInt,
        account_id -> Text,
        file_id -> Text,
        name -> Text,
        bytes -> Nullable<Binary>,
        refused -> Text,
        choices -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    /// Where a file of a folder and an order were both changed, until somebody decides. Primary.
    folder_clashes (project, order_id) {
        project -> BigInt,
        order_id -> Text,
        path -> Text,
        base -> Text,
        file -> Text,
        at -> BigInt,
        settled_file -> Nullable<Text>,
        settled_here -> Nullable<Text>,
        settled_by -> Nullable<Text>,
        settled_at -> Nullable<BigInt>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(brought_files, folder_clashes);
