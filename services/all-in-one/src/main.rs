//! The binary `easymart`: reads the command line and the configuration, sets the process up, and runs.

use std::{
    fs::File,
    io::{BufWriter, Write},
    process::ExitCode,
    time::Duration,
};

use anyhow::Context as _;
use clap::Parser as _;
use easymart_all_in_one::{
    address_book::AddressBook,
    chat, check,
    cli::{
        ChatArgs, Cli, Command, ConfigArgs, ExplainArgs, GenerateArgs, ImportArgs, OperatorArgs, ReplayArgs, RunArgs,
        SearchArgs, Target,
    },
    config::Config,
    console::Palette,
    explain,
    import::{self, Feed},
    operator, replay, search,
    system::{Catalogue, System},
};
use easymart_runtime::{Readiness, Tasks, admin, config::redacted_toml, shutdown, telemetry};
use easymart_sample_shop::bulk;
use tokio::net::TcpListener;

/// Bytes that are written at once.
const WRITE_BUFFER: usize = 1 << 20;
/// Time for what surrounds the system to end after it.
const GRACE: Duration = Duration::from_secs(2);

/// What one thread allocates another one frees, in every call: the system's allocator is slow at that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.command {
        None => run(cli.run).await,
        Some(Command::Import(args)) => import_feed(args).await,
        Some(Command::GenerateCatalogue(args)) => generate_catalogue(&args),
        Some(Command::Chat(args)) => talk(args).await,
        Some(Command::Explain(args)) => explain_turn(args).await,
        Some(Command::Replay(args)) => replay_session(args).await,
        Some(Command::Search(args)) => search_catalogue(args).await,
        Some(Command::Config(args)) => Config::load(&args).and_then(|config| say(&redacted_toml(&config))),
        Some(Command::Check(args)) => check_system(args).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "easymart: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: RunArgs) -> anyhow::Result<()> {
    let config = Config::load(&args.config)?;
    telemetry::init_tracing(&config.log)?;
    let metrics = telemetry::install_metrics()?;
    let stop = shutdown::on_signal();
    let catalogue = match args.catalogue {
        Some(file) => Catalogue::Feed { feed: Feed::File(file), allow_shrink: args.allow_shrink },
        None => Catalogue::SampleShopUnlessImported,
    };
    let (data_dir, admin_address) = (config.data_dir.clone(), config.admin.listen);
    let tasks = Tasks::new(&stop);
    let ready = Readiness::new(false);
    if let Some(address) = admin_address {
        let listener =
            TcpListener::bind(address).await.with_context(|| format!("admin.listen: cannot listen on {address}"))?;
        tasks.spawn_fallible("admin", admin::serve(listener, metrics.clone(), ready.clone(), tasks.stop_token()));
    }
    let system = System::start(config, &Target::parts(&args.target), catalogue, metrics, stop).await?;
    ready.set(true);
    let _published = system.address_book().publish(&data_dir).context("cannot write to the data directory")?;
    say(&format!("EasyMart is ready\n{}  data             {}\n", system.address_book(), data_dir.display()))?;
    let ran = system.run().await;
    ran.and(tasks.shutdown(GRACE).await)
}

async fn import_feed(args: ImportArgs) -> anyhow::Result<()> {
    let config = Config::load(&args.config)?;
    let url = address(args.address, Target::CatalogSearch, &config, "--address")?;
    let feed = Feed::File(args.file);
    let answer = import::import(&url, &feed, &config.catalog_search.currency, args.allow_shrink).await?;
    say(&import::describe(&feed.name(), &answer))
}

fn generate_catalogue(args: &GenerateArgs) -> anyhow::Result<()> {
    let mut out: Box<dyn Write> = match &args.out {
        Some(path) => {
            let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
            Box::new(BufWriter::with_capacity(WRITE_BUFFER, file))
        }
        None => Box::new(BufWriter::with_capacity(WRITE_BUFFER, std::io::stdout().lock())),
    };
    bulk::write_catalogue(&mut out, args.products, args.seed)
}

async fn search_catalogue(args: SearchArgs) -> anyhow::Result<()> {
    let url = address(args.address, Target::CatalogSearch, &Config::load(&args.config)?, "--address")?;
    let answer = search::search(&url, &args.query, args.results).await?;
    say(&search::describe(&args.query, &answer, args.explain))
}

async fn check_system(args: ConfigArgs) -> anyhow::Result<()> {
    let health = check::check(&book(&Config::load(&args)?)?).await;
    let mut down = 0;
    for part in &health {
        let state = part.problem.as_deref().unwrap_or("ok");
        say(&format!("{:<15} {:<28} {state}\n", part.part.name(), part.url))?;
        down += usize::from(part.problem.is_some());
    }
    anyhow::ensure!(down == 0, "{down} of {} parts are not well", health.len());
    Ok(())
}

async fn talk(args: ChatArgs) -> anyhow::Result<()> {
    let config = Config::load(&args.config)?;
    let url = address(args.url, Target::Gateway, &config, "--url")?;
    let api_key = config.gateway.api_keys.first().map(|key| key.expose().to_owned());
    chat::run(chat::Shop::at(&url, api_key)?).await
}

async fn explain_turn(args: ExplainArgs) -> anyhow::Result<()> {
    let found = operator::trace(&conversation(args.target)?, args.turn_id).await?;
    if args.json {
        return say(&format!("{}\n", found.trace_json));
    }
    say(&explain::describe(&found.session_id, &explain::read(&found.trace_json)?, Palette::of_stdout()))
}

async fn replay_session(args: ReplayArgs) -> anyhow::Result<()> {
    let url = conversation(args.target)?;
    let replayed = operator::replay(&url, replay::session_key(&args.session)).await?;
    say(&replay::describe(&replayed, Palette::of_stdout()))?;
    anyhow::ensure!(replay::differing(&replayed) == 0, "the conversation did not come out the same");
    Ok(())
}

fn conversation(args: OperatorArgs) -> anyhow::Result<String> {
    address(args.address, Target::Conversation, &Config::load(&args.config)?, "--address")
}

/// Where a part is: as named, or as the system that runs on the configured data directory has it.
fn address(named: Option<String>, part: Target, config: &Config, flag: &str) -> anyhow::Result<String> {
    match named {
        Some(url) => Ok(url),
        None => book(config)?.url(part).with_context(|| {
            format!("no {} runs in that process: name one with {flag}", part.name().replace('_', "-"))
        }),
    }
}

/// Addresses of the system that runs on the configured data directory.
fn book(config: &Config) -> anyhow::Result<AddressBook> {
    AddressBook::find(&config.data_dir)?.with_context(|| {
        format!("no EasyMart runs on the data directory {}: start one with `easymart`", config.data_dir.display())
    })
}

fn say(text: &str) -> anyhow::Result<()> {
    Ok(std::io::stdout().write_all(text.as_bytes())?)
}
