//! The command line. What a flag means beyond its help text lives in `config`.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

/// A self-hosted shopping assistant: finds furniture, answers with facts, fills the cart.
///
/// With no arguments it starts everything with the bundled sample shop on http://127.0.0.1:8080 and keeps its data under ./data.
#[derive(Debug, Parser)]
#[command(name = "easymart", version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// What to do instead of running.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// How to run.
    #[command(flatten)]
    pub run: RunArgs,
}

/// What else the binary can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Import a catalogue feed into the running system
    Import(ImportArgs),
    /// Write a catalogue of invented products, as EasyMart JSON Lines, for trying sizes out
    GenerateCatalogue(GenerateArgs),
    /// Talk with the running system's assistant in this terminal
    Chat(ChatArgs),
    /// Print why a turn went as it did: what was understood, what ran, and what proves the reply
    Explain(ExplainArgs),
    /// Take a stored conversation again and print what comes out differently; exits 1 when something does
    Replay(ReplayArgs),
    /// Search the catalogue of the running system
    Search(SearchArgs),
    /// Print the effective configuration, secrets redacted
    Config(ConfigArgs),
    /// Ask a running system how it is; exits 1 when a part is down
    Check(ConfigArgs),
}

/// Where the configuration comes from. Defaults, then the file, then `EASYMART_…`, then flags.
#[derive(Debug, Clone, Default, Args)]
pub struct ConfigArgs {
    /// Configuration file (TOML)
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Directory of everything that must survive a restart [default: data]
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Address that the gateway listens on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    pub http: Option<SocketAddr>,
}

/// How to run.
#[derive(Debug, Clone, Default, Args)]
pub struct RunArgs {
    /// Where the configuration comes from.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Catalogue feed to serve; imported when its content differs from what is being served
    #[arg(long, value_name = "FILE")]
    pub catalogue: Option<PathBuf>,
    /// Import the feed although more than half of the products would disappear
    #[arg(long)]
    pub allow_shrink: bool,
    /// Parts to run in this process, comma separated; the others are found at `peers.*` [default: all]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub target: Vec<Target>,
}

/// What to import.
#[derive(Debug, Clone, Args)]
pub struct ImportArgs {
    /// Feed: EasyMart JSON Lines, Google Merchant XML or TSV, Shopify product CSV or EasyMart CSV
    pub file: PathBuf,
    /// Where the configuration comes from.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Address of catalog-search [default: that of the system that runs on the data directory]
    #[arg(long, value_name = "URL")]
    pub address: Option<String>,
    /// Import although more than half of the products would disappear
    #[arg(long)]
    pub allow_shrink: bool,
}

/// What to invent.
#[derive(Debug, Clone, Args)]
pub struct GenerateArgs {
    /// How many products
    #[arg(long, value_name = "N")]
    pub products: u32,
    /// The same seed gives the same catalogue
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// File to write [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// With whom to talk.
#[derive(Debug, Clone, Args)]
pub struct ChatArgs {
    /// Where the configuration comes from.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Address of the gateway [default: that of the system that runs on the data directory]
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
}

/// What to explain.
#[derive(Debug, Clone, Args)]
pub struct ExplainArgs {
    /// Id of the turn, as every answer carries it
    pub turn_id: String,
    /// Which conversation to ask.
    #[command(flatten)]
    pub target: OperatorArgs,
    /// Print the trace as JSON
    #[arg(long)]
    pub json: bool,
}

/// What to take again.
#[derive(Debug, Clone, Args)]
pub struct ReplayArgs {
    /// The session: its id as the API gives it, or its key as `easymart explain` prints it
    pub session: String,
    /// Which conversation to ask.
    #[command(flatten)]
    pub target: OperatorArgs,
}

/// Which conversation an operator asks.
#[derive(Debug, Clone, Args)]
pub struct OperatorArgs {
    /// Where the configuration comes from.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Address of conversation [default: that of the system that runs on the data directory]
    #[arg(long, value_name = "URL")]
    pub address: Option<String>,
}

/// What to search for.
#[derive(Debug, Clone, Args)]
pub struct SearchArgs {
    /// What a shopper would type
    pub query: String,
    /// Say for each product why it ranks where it does
    #[arg(long)]
    pub explain: bool,
    /// Products to show
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub results: u32,
    /// Where the configuration comes from.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Address of catalog-search [default: that of the system that runs on the data directory]
    #[arg(long, value_name = "URL")]
    pub address: Option<String>,
}

/// A part of the system, in the order in which they start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Target {
    /// The language model's door.
    LlmProxy,
    /// The catalogue.
    CatalogSearch,
    /// Carts.
    CartSync,
    /// The conversation.
    Conversation,
    /// The HTTP edge.
    Gateway,
    /// Every part.
    All,
}

impl Target {
    /// Every part that can run.
    pub const PARTS: [Self; 5] =
        [Self::LlmProxy, Self::CatalogSearch, Self::CartSync, Self::Conversation, Self::Gateway];

    /// The parts that a `--target` list names; nothing said means all.
    #[must_use]
    pub fn parts(list: &[Self]) -> Vec<Self> {
        let all = list.is_empty() || list.contains(&Self::All);
        Self::PARTS.into_iter().filter(|part| all || list.contains(part)).collect()
    }

    /// Name in the configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::LlmProxy => "llm_proxy",
            Self::CatalogSearch => "catalog_search",
            Self::CartSync => "cart_sync",
            Self::Conversation => "conversation",
            Self::Gateway => "gateway",
            Self::All => "all",
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn nothing_said_means_every_part() {
        assert_eq!(Target::parts(&[]), Target::PARTS);
        assert_eq!(Target::parts(&[Target::Gateway, Target::All]), Target::PARTS);
        assert_eq!(Target::parts(&[Target::Gateway, Target::LlmProxy]), [Target::LlmProxy, Target::Gateway]);
    }
}
