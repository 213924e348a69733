#!/usr/bin/env nextflow
// A data set in parts by Nextflow.
//
//   nextflow run pipelines/nextflow.nf --source flaviagiammarino/vqa-rad --out vqa_rad.json
//
// Reads   --source, as vqa-extract does, with --extract as its options; keys as
//         vqa-gemini does, with --gemini as its options
// Writes  --out, the failed rows beside it, PNG files in --images (md5_images)
//
// --parts (8) is in how many parts the rows are cut, the questions about one
// picture in one of them; --api (2) how many of them ask at once. Parts on one
// host count requests together whatever it is; on several, --gemini must say
// what each may use: --rpm of the quota / api. A part that was stopped by the
// quota (75) is tried again; `-resume` goes on from its cache.
//
// `nextflow run pipelines/nextflow.nf --help` prints this.
//
// Written to the strict syntax of Nextflow's documentation. Unlike the other
// recipes it has not been run: Nextflow was not to be had for the tests.

params.source = 'flaviagiammarino/vqa-rad'
params.out = 'out.json'
params.images = 'md5_images'
params.parts = 8
params.api = 2
params.extract = ''
params.gemini = ''
params.help = false

process ROWS {
    input:
    val source

    output:
    path 'rows.jsonl'

    script:
    """
    set +e
    . ${projectDir}/common.sh
    mkdir -p '${launchDir}/${params.images}' && ln -s '${launchDir}/${params.images}' md5_images
    write_rows rows.jsonl '${source}' ${params.extract}
    """
}

process SPLIT {
    input:
    path rows

    output:
    path 'part-*.rows'

    script:
    "${projectDir}/split-by-image.sh ${rows} part- ${params.parts} .rows"
}

process EXPLAIN {
    maxForks params.api
    errorStrategy { task.exitStatus == 75 && task.attempt < 4 ? 'retry' : 'finish' }
    maxRetries 3

    input:
    path rows

    output:
    path "${rows.baseName}.jsonl"

    script:
    """
    ln -s '${launchDir}/${params.images}' md5_images
    VQA_GEMINI_OPTIONS='${params.gemini}' ${projectDir}/part.sh ${rows.baseName}.jsonl ${rows} ||
      { status=\$?; [ \$status -eq 1 ] || exit \$status; }
    """
}

process MERGE {
    publishDir launchDir, mode: 'copy'

    input:
    path rows
    path parts

    output:
    path "${params.out}"
    path '*.failed.jsonl'

    script:
    """
    vqa-merge --expect \$(wc -l < ${rows}) -o '${params.out}' --failed '${params.out}.failed.jsonl' \
        ${parts} || [ \$? -eq 1 ]
    """
}

workflow {
    if (params.help) {
        println(file("${projectDir}/nextflow.nf").readLines().findAll { line -> line.startsWith('//') }.join('\n'))
    }
    else {
        rows = ROWS(params.source)
        parts = EXPLAIN(SPLIT(rows).flatten())
        MERGE(rows, parts.collect())
    }
}
