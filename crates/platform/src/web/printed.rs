//! Commands that pages print. Each is whole: somebody copies it, runs it where the downloaded file lies, and needs
//! nothing else from the page.

use crate::foundation::Digest;

/// How to check the evidence bundle of one order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// Where the bundle comes down.
    pub download: String,
    /// The name it has then.
    pub file: String,
    /// With a shell, `unzip`, `openssl` and `sha256sum`.
    pub shell: String,
    /// With our small program.
    pub program: String,
    /// What makes that program, in a folder with our source: [`VERIFIER_MADE_BY`].
    pub made_by: &'static str,
}

/// Makes `tracewright-verify`, which is a program of its own in our source.
pub const VERIFIER_MADE_BY: &str = "cargo build --release -p tracewright-evidence-bundle";

/// The name of an order's bundle as it is downloaded.
pub fn bundle_file(number: &str) -> String {
    format!("{number}-evidence.zip")
}

impl Verification {
    /// For the bundle of an order, by the log's key with this fingerprint.
    pub fn of(number: &str, fingerprint: Digest) -> Self {
        let file = bundle_file(number);
        let folder = file.trim_end_matches(".zip");
        let key = fingerprint.to_hex();
        Self {
            download: format!("/work-orders/{number}/bundle"),
            shell: format!("unzip -qo {file} -d {folder} && sh {folder}/verify.sh {key}"),
            program: format!("tracewright-verify {file} --fingerprint {key}"),
            made_by: VERIFIER_MADE_BY,
            file,
        }
    }
}

/// Checks the whole ledger where its database lies.
pub fn verify_ledger(public_key: &str) -> String {
    format!("tracewright verify ledger --key '{public_key}'")
}

/// Gives the bytes of an order's score as they were at a moment (RFC 3339), where the database lies.
pub fn score(number: &str, as_of: &str) -> String {
    format!("tracewright score {number} --as-of {as_of} --json")
}

/// Asks the documented API for something, with the key pair that stands in the environment.
pub fn api_get(address: &str, path: &str) -> String {
    format!("curl -sS -u \"$TRACEWRIGHT_PUBLIC_KEY:$TRACEWRIGHT_SECRET_KEY\" '{address}{path}'")
}

/// Writes a new order through the documented API, once however often it is sent.
pub fn api_new_order(address: &str) -> String {
    let order = r#"{"plan":{"title":"Replace the seal of pump 3","order_type":"Repair","priority":"medium","document":[{"kind":"step","text":"Replace the seal"},{"kind":"item","text":"Valve 7 is shut"},{"kind":"criterion","text":"Pump 3 holds its pressure for an hour"}]}}"#;
    let key = "-u \"$TRACEWRIGHT_PUBLIC_KEY:$TRACEWRIGHT_SECRET_KEY\" -H 'Idempotency-Key: first-order'";
    format!("curl -sS {key} -H 'Content-Type: application/json' -d '{order}' '{address}/api/v1/orders'")
}

/// How a client of MCP is told of this server: the entry that clients keep in their settings, with the key's pair as a header
/// of its own. `AGENT_KEY` is to hold `public:secret` in base64.
pub fn mcp_settings(address: &str) -> String {
    let entry = serde_json::json!({
        "mcpServers": {
            "tracewright": {
                "type": "http",
                "url": format!("{address}/mcp"),
                "headers": { "Authorization": "Basic ${AGENT_KEY}" },
            },
        },
    });
    entry.to_string()
}

/// Puts a key's pair into the environment as [`mcp_settings`] and [`mcp_asks`] read it.
pub fn mcp_key() -> &'static str {
    "export AGENT_KEY=$(printf '%s' 'PUBLIC_KEY:SECRET_KEY' | base64 -w0)"
}

/// Asks the server which tools it has, by the protocol of today.
pub fn mcp_asks(address: &str) -> String {
    let message = serde_json::json!({
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/list",
        "params": {
            "_meta": {
                "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                "io.modelcontextprotocol/clientCapabilities": {},
            },
        },
    });
    format!(
        "curl -s {address}/mcp -H \"Authorization: Basic $AGENT_KEY\" -H 'Content-Type: application/json' \
         -H 'MCP-Protocol-Version: 2026-07-28' -H 'Mcp-Method: tools/list' -d '{message}'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_client_of_mcp_is_told_names_the_address_once() {
        let settings = mcp_settings("https://work.example");
        let read: serde_json::Value = serde_json::from_str(&settings).unwrap();
        let entry = &read["mcpServers"]["tracewright"];
        assert_eq!(entry["url"], "https://work.example/mcp");
        assert_eq!(entry["headers"]["Authorization"], "Basic ${AGENT_KEY}");
        let asks = mcp_asks("https://work.example");
        assert!(asks.starts_with("curl -s https://work.example/mcp ") && !asks.contains('\n'), "{asks}");
        assert!(mcp_key().contains("base64"));
    }

    #[test]
    fn a_command_names_the_file_and_the_fingerprint() {
        let key = Digest::of(b"key");
        let printed = Verification::of("WO-2026-014", key);
        for command in [&printed.shell, &printed.program] {
            assert!(
                command.contains("WO-2026-014-evidence.zip") && command.contains(&key.to_hex()),
                "{command}"
            );
        }
    }
}
