//! A dead or hanging part never hangs a turn: the answer comes within the deadline, is honest, and names what was missing.

use std::time::{Duration, Instant};

use easymart_testkit::ChaosProxy;
use reqwest::Client;
use serde_json::Value;

use crate::{
    process::{Process, easymart, free_address},
    shopper::Shopper,
};
