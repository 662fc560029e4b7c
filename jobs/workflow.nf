// Computes the backgrounds of an archive as a Nextflow workflow, a job a measurement, for who has such a workflow anyway;
// for a whole archive at once `sparsemed batch` takes fewer jobs.
//   nextflow run workflow.nf --source /data/2026 --results /results/2026
//   ... --options '-k 100 --images frames'     options of `sparsemed run`
// An output leads to its measurement by the absolute path: Nextflow shows that by a link, which sparsemed resolves.
nextflow.enable.dsl = 2

params.source = null
params.results = null
params.options = ''

process background {
    tag "${name}"
    cpus 1
    memory 500.MB
    publishDir "${params.results}/${folder}", mode: 'copy'
    // 75: to be run again. 4: the output could not be written; a full disk may have been cleared.
    errorStrategy { task.exitStatus in [4, 75] && task.attempt < 3 ? 'retry' : 'finish' }

    input:
    tuple val(folder), val(name), path(measurement)

    output:
    path "${name}_bg.rtdc"

    script:
    """
    sparsemed run --quiet ${params.options} '${measurement}' '${name}_bg.rtdc'
    """
}

workflow {
    source = file(params.source)
    Channel.fromPath("${params.source}/**.rtdc")
        .filter { !(it.baseName ==~ /.*_(bg|dcn)/) }
        .map { tuple(source.relativize(it.parent), it.baseName, it) }
        | background
}
