/** jest cannot `require` ES modules, as Node can: what the exporter uses and is nothing else. They are transformed. */
module.exports = ['chokidar', 'readdirp', 'parse-duration'];
