// swift-tools-version: 6.2
import PackageDescription

/// The same rules for every Swift target: C modules stay out of public
/// signatures, existentials are spelled, every unsafe expression is marked.
let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .strictMemorySafety(),
  // Views of a buffer that cannot outlive it.
  .enableExperimentalFeature("Lifetimes"),
]

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

/// A library of the system, found by its pkg-config name.
func systemLibrary(_ name: String, pkgConfig: String, apt: String) -> Target {
  .systemLibrary(
    name: name, path: "Sources/CLibraries/\(name)", pkgConfig: pkgConfig,
    providers: [.apt([apt])])
}

/// A library target that wraps one family of C libraries, or none.
func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Sources/Libraries/\(name)",
    swiftSettings: settings)
}

/// One of the four tools; `resources` are compiled into it.
func tool(
  _ name: String, _ libraries: [Target.Dependency], resources: [Resource] = []
) -> Target {
  .executableTarget(
    name: name, dependencies: ["Shared", argumentParser] + libraries, resources: resources,
    swiftSettings: settings)
}

/// Tests find their fixtures beside their source file, so nothing is bundled;
/// a target that has a Fixtures folder says so.
func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["TestSupport"], exclude: exclude,
    swiftSettings: settings)
}

/// The files of the page that vqa-merge writes.
let page = [
  "review.html", "review.css", "data.js", "text.js", "verdicts.js", "filters.js", "list.js",
  "picture.js", "detail.js", "main.js",
].map { Resource.embedInCode("Page/\($0)") }

let package = Package(
  name: "vqa",
  products: [
    .executable(name: "vqa-extract", targets: ["vqa-extract"]),
    .executable(name: "vqa-hash", targets: ["vqa-hash"]),
    .executable(name: "vqa-gemini", targets: ["vqa-gemini"]),
    .executable(name: "vqa-merge", targets: ["vqa-merge"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
  ],
  targets: [
    // The four tools.
    tool("vqa-extract", ["Parquet", "Hub", "DataFiles", "Archives"]),
    tool("vqa-hash", ["Images", "Digests"]),
    tool("vqa-gemini", ["HTTP", "SQLite", "Digests"]),
    tool("vqa-merge", ["ParquetWriter", "Digests"], resources: page),

    // What all four share; no C library beyond libc.
    .target(
      name: "Shared", dependencies: [argumentParser, "CXattr"], swiftSettings: settings),

    // One library target for each family of C libraries.
    library("Parquet", ["CSnappy", "CZlib", "CZstd", "CLZ4", "CBrotli"]),
    library("ParquetWriter", ["CZstd"]),
    library("Images", ["CImageShims", "CWebP", "CZlib", "Shared"]),
    library("HTTP", ["CCurl", "CEpoll"]),
    library("Hub", ["HTTP", "Digests", "Shared"]),
    library("DataFiles", ["CYAML"]),
    library("Archives", ["CZip"]),
    library("SQLite", ["CSQLite"]),
    library("Digests", ["CCrypto"]),

    // C that Swift cannot say: libpng and libjpeg leave errors by longjmp.
    .target(
      name: "CImageShims", dependencies: ["CPNG", "CJPEG", "CTIFF", "CISAL", "CZlib"],
      path: "Sources/CLibraries/CImageShims"),
    systemLibrary("CPNG", pkgConfig: "libpng", apt: "libpng-dev"),
    systemLibrary("CISAL", pkgConfig: "libisal", apt: "libisal-dev"),
    systemLibrary("CJPEG", pkgConfig: "libjpeg", apt: "libjpeg-dev"),
    systemLibrary("CTIFF", pkgConfig: "libtiff-4", apt: "libtiff-dev"),
    systemLibrary("CWebP", pkgConfig: "libwebpdemux", apt: "libwebp-dev"),
    systemLibrary("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
    .systemLibrary(name: "CEpoll", path: "Sources/CLibraries/CEpoll"),
    .systemLibrary(name: "CXattr", path: "Sources/CLibraries/CXattr"),
    systemLibrary("CSQLite", pkgConfig: "sqlite3", apt: "libsqlite3-dev"),
    systemLibrary("CCrypto", pkgConfig: "libcrypto", apt: "libssl-dev"),
    systemLibrary("CSnappy", pkgConfig: "snappy", apt: "libsnappy-dev"),
    systemLibrary("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev"),
    systemLibrary("CZstd", pkgConfig: "libzstd", apt: "libzstd-dev"),
    systemLibrary("CLZ4", pkgConfig: "liblz4", apt: "liblz4-dev"),
    systemLibrary("CYAML", pkgConfig: "yaml-0.1", apt: "libyaml-dev"),
    systemLibrary("CZip", pkgConfig: "libzip", apt: "libzip-dev"),
    systemLibrary("CBrotli", pkgConfig: "libbrotlidec", apt: "libbrotli-dev"),

    // A development tool: the stand-in for the Gemini API, on loopback.
    .executableTarget(
      name: "gemini-stand-in",
      dependencies: [
        "Images", "Shared", "CZlib", argumentParser,
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ],
      path: "Tests/gemini-stand-in", exclude: ["README.md"], swiftSettings: settings),

    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
    tests("SharedTests", ["Shared"]),
    tests("ParquetTests", ["Parquet"]),
    tests(
      "ImagesTests", ["Images", "Digests", "Shared"],
      exclude: ["Bitmaps", "Fixtures", "make-bitmaps.py", "make-fixtures.py"]),
    tests("HTTPTests", ["HTTP"]),
    tests("HubTests", ["Hub", "vqa-extract"], exclude: ["make_hub_files.py"]),
    tests("DataFilesTests", ["DataFiles"], exclude: ["oracle"]),
    tests("SQLiteTests", ["SQLite"]),
    tests("DigestsTests", ["Digests"], exclude: ["Fixtures"]),
    tests(
      "StandInTests", ["gemini-stand-in"],
      exclude: [
        "sdk_check.py", "sdk_check.conf", "wire_check.py", "wire_check.conf",
        "batch_sdk_check.py", "batch_check.py", "batch_check.conf",
      ]),
    tests("ExtractTests", ["vqa-extract", "Shared"], exclude: ["oracle"]),
    tests("HashTests", ["vqa-hash", "Shared"], exclude: ["check_files.py", "make_pairs.py"]),
    tests(
      "GeminiTests", ["vqa-gemini", "gemini-stand-in", "Shared", "SQLite"],
      exclude: ["front.py", "batch_kills.py", "Fixtures"]),
    tests("MergeTests", ["vqa-merge", "Shared"], exclude: ["oracle"]),
    tests(
      "PipelineTests",
      ["vqa-extract", "vqa-hash", "vqa-gemini", "vqa-merge", "gemini-stand-in"],
      exclude: ["terminal.py"]),
  ],
  swiftLanguageModes: [.v6]
)
