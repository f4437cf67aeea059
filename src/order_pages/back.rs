//! Where somebody is led back to who came to an order from a list, a board or a calendar.

use crate::people::auth::local_path;
use crate::web::see_other;

/// The address that a field `back` names, where it is one of the lists of work orders here; else nothing, so that nobody is
/// led elsewhere by a link that somebody sent them.
pub fn back_of(address: &str) -> String {
    let address = address.trim();
    let (path, _) = address.split_once(['?', '#']).unwrap_or((address, ""));
    let is_list = ["/work-orders", "/work-orders/board", "/work-orders/calendar"].contains(&path);
    if is_list && local_path(address) == address { address.to_owned() } else { String::new() }
}

/// Leads there, if it is anywhere.
pub(super) fn lead(back: &str) -> Option<actix_web::HttpResponse> {
    (!back.is_empty()).then(|| see_other(back))
}

#[cfg(test)]
mod tests {
    use super::back_of;

    #[test]
    fn only_lists_of_our_own_are_led_back_to() {
        for address in [
            "/work-orders/board?q=pump&lane=on_hold",
            "/work-orders",
            "/work-orders/calendar?from=2026-11-23",
        ] {
            assert_eq!(back_of(address), address);
        }
        for address in [
            "",
            "/",
            "//evil.example/work-orders",
            "https://evil.example/work-orders/board",
            "/work-orders/board/../../x",
            "/work-orders\\@evil.example",
            "/work-orders/board?q=a\r\nSet-Cookie: x",
            "/work-orders.evil.example",
            "/sign-out",
        ] {
            assert_eq!(back_of(address), "", "{address}");
        }
    }
}
