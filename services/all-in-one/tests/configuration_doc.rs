//! `docs/configuration.md` lists every key with its default; it is made from the code, so that it cannot fall behind.
#![allow(clippy::unwrap_used)]

use std::{env, fs, path::PathBuf};

use easymart_all_in_one::config::Config;
use easymart_runtime::config::redacted_toml;

const HEAD: &str = "# Configuration

Defaults, then the TOML file named by `--config`, then the environment, then flags: each overrides the former. A wrong key or value stops
the start with its name, what was found, what was expected, and where it was written. `easymart config` prints what is in force, secrets
redacted.

* A key's name in the environment is `EASYMART_`, then the levels in capitals with two underscores between: `gateway.limits.session_burst` is
  `EASYMART_GATEWAY__LIMITS__SESSION_BURST`. Lists are comma separated.
* `EASYMART_LLM_URL`, `EASYMART_LLM_API_KEY` and `EASYMART_LLM_MODEL` are short for `llm_proxy.url`, `llm_proxy.api_key` and `llm_proxy.model`.
* Durations are written `250ms`, `5s`, `30m`, `24h`. Money never appears here: prices and policies are the shop's data.
* A rate limit of 0 is switched off. An empty secret is not set.
* The five separate binaries read the same file: each takes its own section, `log`, `admin` and `peers`, and skips the others. Alone, they
  listen on 7101 (conversation), 7102 (catalog-search), 7103 (cart-sync) and 7104 (llm-proxy).

Every key of `easymart` with its default:

```toml
";

#[test]
fn generated_configuration_document_is_current() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/configuration.md");
    let wanted = format!("{HEAD}{}```\n", redacted_toml(&Config::default()));
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &wanted).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == wanted, "docs/configuration.md is not what the code says: run `make docs`");
}
